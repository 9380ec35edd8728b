// LABEL and GOTO, forward and back.
package p

func jumps(n int) int {
again:
	if n > 100 {
		goto end
	}
	n *= 2
	goto again
end:
	return n
}

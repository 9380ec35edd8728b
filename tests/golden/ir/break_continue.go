// BREAK and CONTINUE, with labels and without; the loop's own label stands before it as LABEL.
package p

func jumps(s [][]int) (n int) {
outer:
	for i := 0; i < len(s); i++ {
		for _, v := range s[i] {
			switch {
			case v == 0:
				break
			case v == 1:
				continue
			case v == 2:
				continue outer
			case v == 3:
				break outer
			}
			n += v
		}
	}
	return n
}

// A closure lists its captures; count and big are assigned to in it, so the escape analysis will take their addresses.
package p

func closure(n int) (func(), int) {
	var big [200]byte
	count := 0
	add := func() {
		count += n
		big[0]++
	}
	add()
	return add, count + int(big[0])
}

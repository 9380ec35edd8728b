// RANGE over an integer: the variable has the type of the number.
package p

func ranges(k int8) (n int) {
	for i := range 10 {
		n += i
	}
	for i := range k {
		n += int(i)
	}
	for range n {
		n--
	}
	return n
}

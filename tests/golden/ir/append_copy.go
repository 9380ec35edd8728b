// APPEND of values, of a slice that is spread, and of a string to bytes; COPY from a slice and from a string.
package p

func builtins(s, t []int, b []byte, u string) ([]int, []byte, int) {
	s = append(s, 1, 2)
	s = append(s, t...)
	t = append([]int(nil), s...)
	b = append(b, u...)
	s = append(s)
	n := copy(s, t)
	copy(b[n:], u)
	t = append(t, make([]int, n)...)
	return t, b, n
}

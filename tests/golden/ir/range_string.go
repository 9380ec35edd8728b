// RANGE over a string: the index of each rune, and the rune; over []byte(s), a STR2BYTES, the bytes.
package p

func ranges(s string) (n int) {
	for i, r := range s {
		n += i + int(r)
	}
	for i := range s {
		n += i
	}
	for _, b := range []byte(s) {
		n += int(b)
	}
	return n
}

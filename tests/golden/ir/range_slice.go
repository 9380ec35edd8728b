// RANGE over slices, with both variables, one, none; and with variables that exist already.
package p

func ranges(s []string) (n int) {
	for i, v := range s {
		n += i + len(v)
	}
	for i := range s {
		n += i
	}
	for range s {
		n++
	}
	var i int
	var v string
	for i, v = range s {
	}
	return n + i + len(v)
}

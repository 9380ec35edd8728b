// RANGE over a map, with both variables, one, none; the loop that deletes every key looks like any other.
package p

func ranges(m map[string]int) (n int) {
	for k, v := range m {
		n += len(k) + v
	}
	for k := range m {
		delete(m, k)
	}
	for range m {
		n++
	}
	return n
}

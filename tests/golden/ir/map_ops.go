// INDEXMAP, read and assigned (ASOP with m[k] once), AS2MAPR for v, ok, delete, clear, len, make with a size.
package p

func maps(k string) int {
	m := make(map[string]int)
	m[k] = 1
	m[k] += 2
	m["c"]++
	v, ok := m[k]
	_, ok = m["x"]
	if ok {
		delete(m, k)
	}
	n := make(map[[2]int][]byte, v)
	n[[2]int{v, 1}] = append(n[[2]int{v, 1}], k...)
	b := []byte(k)
	clear(n)
	return len(m) + m[string(b)]
}

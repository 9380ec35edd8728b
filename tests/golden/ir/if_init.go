// IF with an initial statement (its Init, first); the second IF is the first one's else; the constant condition is gone.
package p

const debug = false

func ifs(m map[string]int, s string) int {
	if v, ok := m[s]; ok {
		return v
	} else if w := len(s); w > v {
		return w
	} else {
		_ = w
	}
	if debug {
		println(s)
	}
	return 0
}

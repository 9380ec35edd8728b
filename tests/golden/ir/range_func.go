// RANGE over a function: the body is a closure -range1, with a state that is checked, and a code for each way out.
package p

func ranges(seq func(func(int, string) bool)) (n int) {
outer:
	for i, s := range seq {
		for j := range seq {
			if i == j {
				continue outer
			}
			if s == "" {
				break outer
			}
			if j > 9 {
				return j
			}
		}
		n += len(s)
	}
	return n
}

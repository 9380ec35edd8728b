// Variables that a closure captures or whose address is taken: each iteration gets its own in a pass behind these two dumps.
package p

func loops(s []int) (fs []func() int, ps []*int) {
	for i := 0; i < 3; i++ {
		fs = append(fs, func() int { return i })
	}
	for _, v := range s {
		ps = append(ps, &v)
	}
	for i, v := range s {
		s[i] = v + 1
	}
	return
}

//go:build go1.21

// Before language version 1.22 the iterations of a loop share its variables: those that are captured change after
// their capture, and go to the heap with the closures.
package main

func threeClauses(n int) (fs []func() int) {
	for i := 0; i < n; i++ {
		fs = append(fs, func() int { return i })
	}
	return fs
}

func overRange(xs []int) (fs []func() int) {
	for i, x := range xs {
		fs = append(fs, func() int { return i + x })
	}
	return fs
}

func address(xs []int) (ps []*int) {
	for i := range xs {
		ps = append(ps, &i)
	}
	return ps
}

func stays(m map[string]int) {
	for k, v := range m {
		func() { println(k, v) }()
	}
}

func main() {
	println(len(threeClauses(3)), len(overRange(nil)), len(address(nil)))
	stays(nil)
}

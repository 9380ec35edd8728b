// ARRAYLIT: KEY only where an index is given; the length that [...] counts; types of elements left out.
package p

func literals(x int) ([3]int, [5]string, [2][2]int, [2]*[1]int) {
	a := [3]int{x, 2}
	b := [...]string{4: "e", 1: "b", "c"}
	c := [2][2]int{{1, x}, {3}}
	d := [...]*[1]int{{x}, {2}}
	return a, b, c, d
}

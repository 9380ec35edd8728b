// Assignments: one AS for one value; AS2 for several, whose right sides are all evaluated before the first is stored.
package p

var global int

func assign(a, b int) (int, int) {
	x := a
	var y int
	x, y = y, x
	_ = b
	global = x
	return x, y
}

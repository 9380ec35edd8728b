// STRUCTLIT with keys, without, with fields left out, nested; & of it is PTRLIT.
package p

type Point struct{ X, Y int }
type Line struct {
	From, To Point
	Name     string
	next     *Line
}

func literals(x int) (Point, *Line, struct{ a, b any }) {
	p := Point{x, 2}
	l := &Line{From: p, To: Point{Y: 3}, next: &Line{Name: "n"}}
	return p, l, struct{ a, b any }{1, p}
}

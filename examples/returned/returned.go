// Returned local memory: what a function hands upwards outlives its frame.
package main

type point struct{ x, y int }

//go:noinline
func origin() *point {
	p := point{1, 2}
	return &p
}

//go:noinline
func sum(p *point) int { return p.x + p.y }

func main() {
	println(sum(origin()))
	q := point{3, 4}
	println(sum(&q))
}

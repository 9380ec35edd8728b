// append that reallocates: the new backing array of a slice that leaves the function is on the heap.
package main

type list struct{ items []int }

//go:noinline
func (l *list) add(x int) {
	l.items = append(l.items, x)
}

//go:noinline
func squares(n int) []int {
	var s []int
	for i := 0; i < n; i++ {
		s = append(s, i*i)
	}
	return s
}

//go:noinline
func squaresInto(dst []int, n int) []int {
	for i := 0; i < n; i++ {
		dst = append(dst, i*i)
	}
	return dst
}

func main() {
	var l list
	l.add(1)
	var room [8]int
	println(len(l.items), len(squares(3)), len(squaresInto(room[:0], 3)))
}

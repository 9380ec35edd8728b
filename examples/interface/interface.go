// The interface argument: a value stored in an interface is reached through a pointer, and a call through an
// interface may do anything with it.
package main

import "fmt"

type shape interface{ grow(by *int) }

type square struct{ side int }

func (s *square) grow(by *int) { s.side += *by }

//go:noinline
func enlarge(s shape) {
	by := 2
	s.grow(&by)
}

//go:noinline
func enlargeSquare(s *square) {
	by := 3
	s.grow(&by)
}

func main() {
	x := 42
	fmt.Println(x)
	s := &square{side: x}
	enlarge(s)
	enlargeSquare(s)
	fmt.Println(s.side)
}

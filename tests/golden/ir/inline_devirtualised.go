// s.Area() becomes a call of Square's method and is inlined; what unknown returns stays a CALLINTER.
package p

type Shape interface{ Area() int }
type Square struct{ side int }

func (s *Square) Area() int { return s.side * s.side }

//go:noinline
func unknown() Shape { return &Square{2} }

func caller() int {
	var s Shape = &Square{3}
	a := s.Area()
	s2 := unknown()
	return a + s2.Area() + Shape(&Square{4}).Area()
}

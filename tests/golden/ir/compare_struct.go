// Comparing structs is one EQ node here; how it is done (memory, fields, a function of the type) is decided later.
package p

type T struct {
	a, b int
	s    string
	_    int
	i    any
}

func compare(x, y T, p *T, e any) (bool, bool, bool) {
	return x == y, *p != x, e == x || struct{}{} == struct{}{}
}

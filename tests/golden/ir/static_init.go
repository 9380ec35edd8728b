// Package variables: assignments in init, in the order of what they depend on; init functions are init.0 and so on.
package p

var (
	x    = y + 1
	y    = f()
	z    = 42
	list = []string{"a", "b"}
	m    = map[string]int{"k": z}
	p, q = pair()
	_    = f()
	hook = func() int { return x }
)

//go:noinline
func f() int { return z }

//go:noinline
func pair() (int, int) { return x, y }

func init() { z++ }

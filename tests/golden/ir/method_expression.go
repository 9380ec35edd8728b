// METHEXPR of a type, a pointer and an interface as values; after inlining the wrapper (*T).Get is there.
package p

type T struct{ n int }

func (t T) Get(d int) int { return t.n + d }

type I interface{ Get(int) int }

func expressions(t T, i I) int {
	f := T.Get
	g := (*T).Get
	h := I.Get
	return f(t, 1) + g(&t, 2) + h(i, 3) + T.Get(t, 4)
}

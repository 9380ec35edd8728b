// Arguments of a variadic call become a slice literal that is implicit; f(s...) hands on the slice, f() hands nil.
package p

//go:noinline
func variadic(head int, tail ...any) int { return head + len(tail) }

func calls(s []any) int {
	n := variadic(1)
	n += variadic(2, n, "two")
	return n + variadic(3, s...)
}

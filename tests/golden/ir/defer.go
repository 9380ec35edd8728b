// DEFER of a call with arguments: they are kept in temporaries, and a closure without parameters makes the call.
package p

//go:noinline
func done(n int) {}

func deferred(n int, f func()) (r int) {
	defer f()
	defer done(n)
	defer func() { r++ }()
	return n
}

// A DEFER in a loop: the temporaries are made anew in each iteration, and captured by its own closure.
package p

//go:noinline
func done(n int) {}

func deferred(s []int) {
	for _, n := range s {
		defer done(n)
		defer func() { done(n) }()
	}
}

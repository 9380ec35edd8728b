// AS2FUNC takes the results of a call into temporaries, also for g(f()) and return f(); CONVNOP holds it as its Init.
package p

//go:noinline
func pair(n int) (int, string) { return n, "n" }

//go:noinline
func take(int, string) {}

func calls() (int, string) {
	n, s := pair(1)
	_, s = pair(n)
	take(n, s)
	take(pair(2))
	return pair(3)
}

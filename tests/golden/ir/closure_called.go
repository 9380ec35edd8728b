// A literal that is called where it stands, one nested in another, and a recursive one: the parent's name gives them theirs.
package p

func called(n int) int {
	func() { n++ }()
	k := func(a int) int {
		return func(b int) int { return a * b }(n)
	}(3)
	var fact func(int) int
	fact = func(i int) int {
		if i < 2 {
			return 1
		}
		return i * fact(i-1)
	}
	return k + fact(n)
}

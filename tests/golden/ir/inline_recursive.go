// A recursive function is inlined once and calls itself then; of two that call each other both are, once each.
package p

func countdown(n int) int {
	if n == 0 {
		return 0
	}
	return countdown(n - 1)
}

func even(n uint) bool { return n == 0 || odd(n-1) }
func odd(n uint) bool  { return n != 0 && even(n-1) }

func caller(n int) (int, bool) {
	return countdown(n), even(uint(n))
}

// A small function is inlined: INLCALL with its body, parameters assigned to temporaries, and a GOTO for each return.
package p

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

func swap(a, b *int) { *a, *b = *b, *a }

func caller(x, y int) int {
	swap(&x, &y)
	return abs(x) + abs(y-1)
}

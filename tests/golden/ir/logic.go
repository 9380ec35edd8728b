// Operators in the words of the dump; ANDAND, OROR, NOT.
package p

func operators(a, b int, u uint8, p, q bool) (int, uint8, bool) {
	x := a + b - a*b/3%7
	x |= a&b ^ a&^b
	x = -x + ^a
	u = u<<3>>a | 1<<u
	r := p && !q || a <= b != (p == q)
	if 3 > 2 && p {
		r = !r
	}
	return x, u, r
}

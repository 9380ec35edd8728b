// MIN and MAX hold all arguments, a constant one is one LITERAL; CLEAR takes a slice or a map.
package p

func builtins(a, b int, f float64, s string, l []int, m map[string]int) (int, float64, string) {
	n := min(a, b, 3) + max(a, 1, 2, b)
	const k = min(1, 2.5)
	clear(l)
	clear(m)
	return n, max(f, k), min(s, "x")
}

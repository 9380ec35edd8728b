// A closure lists its captures; n and m are never assigned to afterwards, so the escape analysis will copy them.
package p

func closure(n int, s string) func() int {
	m := n * 2
	return func() int {
		return m + len(s)
	}
}

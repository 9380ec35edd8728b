// Package box has a generic function, which is compiled where it is used.
package box

//go:noinline
func Fill[T any](v T, n int) []*T {
	var all []*T
	for range n {
		c := v
		all = append(all, &c)
	}
	return all
}

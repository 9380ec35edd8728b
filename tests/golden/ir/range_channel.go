// RANGE over a channel: one variable, or none.
package p

func ranges(c <-chan int) (n int) {
	for v := range c {
		n += v
	}
	for range c {
		n++
	}
	return n
}

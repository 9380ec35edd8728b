// make(chan), SEND, RECV, AS2RECV for v, ok; len, cap, close; an implicit CONVNOP to a channel of one direction.
package p

func channels(n int) (int, bool) {
	c := make(chan int)
	d := make(chan any, n)
	var in <-chan int = c
	c <- n
	d <- n
	<-in
	v := <-in
	w, ok := <-d
	_ = w
	close(d)
	return v + len(c) + cap(d), ok
}

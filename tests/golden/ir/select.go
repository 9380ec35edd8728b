// SELECT: a CASE with SEND, or with SELRECV2 that holds the variables (_ where none); the default has neither.
package p

func selects(a, b chan int) (n int) {
	select {
	case a <- 1:
	case n = <-b:
	case v, ok := <-b:
		if ok {
			n = v
		}
	case <-a:
	default:
		n = -1
	}
	select {
	case v := <-a:
		n += v
	}
	return n
}

// GO: as for defer, a call with arguments becomes a closure without parameters.
package p

//go:noinline
func work(n int, c chan int) { c <- n }

type T struct{}

func (T) Run(int) {}

func start(c chan int, t T) {
	go work(1, c)
	go t.Run(2)
	go func() { c <- 3 }()
}

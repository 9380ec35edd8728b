package work

import (
	"context"
	"fmt"
	"os"
	"runtime/pprof"
	"sync"
	"testing"
	"time"
)

var sink any

func BenchmarkWork(b *testing.B) {
	for b.Loop() {
		sink = Words(200)
		sink = Shapes(1000)
		sink = Deep(9)
	}
}

// BenchmarkLabels runs under labels, of which some samples have several.
func BenchmarkLabels(b *testing.B) {
	for b.Loop() {
		for tenant := range 3 {
			labels := pprof.Labels("tenant", fmt.Sprint("t", tenant), "step", "words")
			pprof.Do(context.Background(), labels, func(ctx context.Context) {
				sink = Words(300)
				pprof.Do(ctx, pprof.Labels("step", "shapes", "size", "big"), func(context.Context) { sink = Shapes(20000) })
			})
		}
	}
}

func TestLocks(t *testing.T) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	ch := make(chan int)
	for i := range 8 {
		wg.Go(func() {
			for range 20 {
				mu.Lock()
				time.Sleep(100 * time.Microsecond)
				mu.Unlock()
			}
			ch <- i
		})
	}
	for range 8 {
		<-ch
	}
	wg.Wait()
}

// TestGoroutines writes the goroutine profile to $GOROUTINES while some wait.
func TestGoroutines(t *testing.T) {
	name := os.Getenv("GOROUTINES")
	if name == "" {
		t.Skip("GOROUTINES is not set")
	}
	stop := make(chan bool)
	var mu sync.Mutex
	mu.Lock()
	for i := range 12 {
		go func() {
			switch {
			case i%3 == 0:
				mu.Lock()
				mu.Unlock()
			case i%3 == 1:
				<-stop
			default:
				time.Sleep(time.Minute)
			}
		}()
	}
	time.Sleep(50 * time.Millisecond)
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := pprof.Lookup("goroutine").WriteTo(f, 0); err != nil {
		t.Fatal(err)
	}
	mu.Unlock()
	close(stop)
}

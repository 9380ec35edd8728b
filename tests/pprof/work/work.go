// Package work does a few things that profiles can show.
package work

import (
	"fmt"
	"sort"
	"strings"
)

type shape interface{ area() float64 }

type square struct{ side float64 }
type circle struct{ radius float64 }

func (s *square) area() float64 { return s.side * s.side }
func (c *circle) area() float64 { return 3 * c.radius * c.radius }

// Shapes makes n shapes and adds up their areas.
func Shapes(n int) (sum float64) {
	var all []shape
	for i := 0; i < n; i++ {
		if i%3 == 0 {
			all = append(all, &circle{float64(i)})
		} else {
			all = append(all, &square{float64(i)})
		}
	}
	for _, s := range all {
		sum += s.area()
	}
	return sum
}

// Sorted is generic and inlined where it is called.
func Sorted[T any](xs []T, less func(a, b T) bool) []T {
	out := append([]T(nil), xs...)
	sort.Slice(out, func(i, j int) bool { return less(out[i], out[j]) })
	return out
}

// Words joins the numbers below n, in a clumsy way.
func Words(n int) string {
	var words []string
	for i := 0; i < n; i++ {
		words = append(words, word(i))
	}
	words = Sorted(words, func(a, b string) bool { return a < b })
	text := ""
	for _, w := range words {
		text += w
	}
	return text
}

func word(i int) string { return strings.ToUpper(fmt.Sprint("n", i)) }

// Deep calls itself, through another function every second time.
func Deep(n int) []byte {
	if n == 0 {
		return make([]byte, 4096)
	}
	if n%2 == 0 {
		return through(n - 1)
	}
	return append(Deep(n-1), byte(n))
}

func through(n int) []byte { return append(Deep(n), make([]byte, 512)...) }

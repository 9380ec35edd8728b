// The body of a loop over b.Loop(): after inlining runtime.KeepAlive keeps what its calls return; the other loop has none.
package p

import "testing"

func double(n int) int { return n * 2 }

func BenchmarkDouble(b *testing.B) {
	for b.Loop() {
		x := double(3)
		_ = double(x)
		double(4)
	}
	for i := 0; i < b.N; i++ {
		double(i)
	}
}

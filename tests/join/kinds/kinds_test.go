package kinds

import "testing"

func BenchmarkEverything(b *testing.B) {
	for i := 0; i < b.N; i++ {
		Everything(i%10 + 1)
	}
}

package words

import "testing"

var words = []string{"the", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog"}

func BenchmarkCount(b *testing.B) {
	for b.Loop() {
		Count("en", words)
	}
}

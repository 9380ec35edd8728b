package words

import (
	"fmt"
	"strings"
)

// Key makes the key under which a word is counted.
func Key(lang, word string, length int) string {
	return fmt.Sprintf("%s/%s/%d", lang, strings.ToLower(word), length)
}

// Count counts words by key.
func Count(lang string, words []string) map[string]int {
	counts := make(map[string]int)
	for _, w := range words {
		counts[Key(lang, w, len(w))]++
	}
	return counts
}

// An encoder whose signature allocates: it builds its answer in a bytes.Buffer through a gob encoder and returns it.
package main

import (
	"bytes"
	"encoding/gob"
)

// Encode returns v in gob's encoding. Every call makes a buffer, an encoder, type tables and the slice it returns.
func Encode(v interface{}) ([]byte, error) {
	var buf bytes.Buffer
	if err := gob.NewEncoder(&buf).Encode(v); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

func main() {
	data, err := Encode(10)
	if err != nil {
		panic(err)
	}
	println(len(data))
}

// Reads a log written by the platform with Go's own packages: signed note, tree head, tiles, proofs.
//
// log_check FOLDER VERIFIER_KEY OLD_SIZE INDEX   (prints what it found, ends 1 at the first disagreement)
package main

import (
	"encoding/hex"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type folder struct {
	root string
	size int64
}

func (f folder) Height() int { return 8 }

// ReadTiles translates Go's tile paths (tile/8/0/000) to those of tlog-tiles (tile/0/000).
func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range tiles {
		path := "tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")
		data, err := os.ReadFile(filepath.Join(f.root, path))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

func (f folder) SaveTiles(tiles []tlog.Tile, data [][]byte) {}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	root := os.Args[1]
	verifier, err := note.NewVerifier(os.Args[2])
	must(err)
	signed, err := os.ReadFile(filepath.Join(root, "checkpoint"))
	must(err)
	opened, err := note.Open(signed, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	head, err := tlog.ParseHash(lines[2])
	must(err)
	tree := tlog.Tree{N: size, Hash: head}
	reader := tlog.TileHashReader(tree, folder{root, size}) // checks every tile against the head
	hash, err := tlog.TreeHash(size, reader)
	must(err)
	if hash != head {
		log.Fatal("another tree head")
	}
	old, err := strconv.ParseInt(os.Args[3], 10, 64)
	must(err)
	index, err := strconv.ParseInt(os.Args[4], 10, 64)
	must(err)
	oldHash, err := tlog.TreeHash(old, reader)
	must(err)
	treeProof, err := tlog.ProveTree(size, old, reader)
	must(err)
	must(tlog.CheckTree(treeProof, size, head, old, oldHash))
	recordProof, err := tlog.ProveRecord(size, index, reader)
	must(err)
	leaves, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
	must(err)
	must(tlog.CheckRecord(recordProof, size, head, index, leaves[0]))
	fmt.Println(size)
	fmt.Println(hex.EncodeToString(oldHash[:]))
	fmt.Println(hex.EncodeToString(leaves[0][:]))
	for _, part := range treeProof {
		fmt.Println("tree", hex.EncodeToString(part[:]))
	}
	for _, part := range recordProof {
		fmt.Println("record", hex.EncodeToString(part[:]))
	}
}

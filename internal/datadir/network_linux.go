package datadir

import (
	"fmt"
	"syscall"
)

// networks are the file systems, by the magic number that Linux gives them, whose other
// end is another machine.
var networks = map[uint32]string{
	0x6969:     "NFS",
	0x517B:     "SMB",
	0xFF534D42: "CIFS",
	0xFE534D42: "SMB2",
}

// networkOf returns the name of the network file system that a directory lies on, if any.
func networkOf(dir string) (string, error) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return "", fmt.Errorf("look at the file system of %s: %w", dir, err)
	}
	return networks[uint32(fs.Type)], nil
}

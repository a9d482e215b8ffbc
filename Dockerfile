FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /out/govwatch ./cmd/govwatch \
 && mkdir -p /out/data /out/tmp

# Time zones are built into the program; certificates are not.
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/govwatch /govwatch
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build --chown=65532:65532 /out/tmp /tmp
USER 65532:65532
EXPOSE 8650
ENTRYPOINT ["/govwatch"]
CMD ["run", "--listen", "0.0.0.0:8650"]

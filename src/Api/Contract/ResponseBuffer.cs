using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace ForgeOrleans.Api.Contract;

/// <summary>
/// Takes a handler's response whole, so that it can be judged before anything is sent. Its memory is its own and not pooled: a handler that
/// goes on writing after its time is up writes here, where nobody reads any more.
/// </summary>
internal sealed class ResponseBuffer(int limit) : PipeWriter, IHttpResponseBodyFeature
{
    private byte[] _bytes = [];
    private int _length;
    private Stream? _stream;

    /// <summary>The handler wrote more than the limit; what was beyond it is not kept.</summary>
    public bool HasOverflowed { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    public Stream Stream => _stream ??= AsStream(leaveOpen: true);

    public PipeWriter Writer => this;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => 0;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureRoom(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(_length);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _bytes.Length - _length);
        if (_length + bytes > limit)
            HasOverflowed = true;
        else
            _length += bytes;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => new(new FlushResult());

    public override void Complete(Exception? exception = null)
    {
    }

    /// <summary>Forgets what was written.</summary>
    public void Clear() => (_length, HasOverflowed) = (0, false);

    public override void CancelPendingFlush()
    {
    }

    public void DisableBuffering()
    {
    }

    public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task CompleteAsync() => Task.CompletedTask;

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        Microsoft.AspNetCore.Http.SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);

    private void EnsureRoom(int room)
    {
        if (_bytes.Length - _length >= room)
            return;
        // Beyond the limit the same room is written over and over: the response is lost anyhow, but not the handler's loop.
        var wanted = HasOverflowed ? _length + room : Math.Max(_length + room, Math.Max(_bytes.Length * 2, 512));
        Array.Resize(ref _bytes, wanted);
    }
}

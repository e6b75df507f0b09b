using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace ForgeOrleans.Api.Tests.Remotes;

/// <summary>HTTP/1.1 by hand, for what no client library would send.</summary>
internal sealed class RawHttp : IDisposable
{
    private readonly TcpClient _client;
    private readonly NetworkStream _stream;

    private RawHttp(TcpClient client) => (_client, _stream) = (client, client.GetStream());

    public static async Task<RawHttp> ConnectAsync(Uri url)
    {
        var client = new TcpClient { ReceiveTimeout = 20_000, SendTimeout = 20_000, NoDelay = true };
        await client.ConnectAsync(url.Host, url.Port);
        return new(client);
    }

    public static async Task<RawAnswer> ExchangeAsync(Uri url, string request)
    {
        using var raw = await ConnectAsync(url);
        await raw.SendAsync(request);
        return await raw.ReceiveAsync();
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public Task SendAsync(ReadOnlyMemory<byte> bytes) => _stream.WriteAsync(bytes).AsTask();

    public async Task<RawAnswer> ReceiveAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var status = await LineAsync(limit.Token);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await LineAsync(limit.Token) is { Length: > 0 } line)
            headers[line[..line.IndexOf(':')]] = line[(line.IndexOf(':') + 1)..].Trim();
        var body = new byte[headers.TryGetValue("content-length", out var length) ? int.Parse(length, CultureInfo.InvariantCulture) : 0];
        await _stream.ReadExactlyAsync(body, limit.Token);
        return new(int.Parse(status.Split(' ')[1], CultureInfo.InvariantCulture), headers, Encoding.UTF8.GetString(body));
    }

    /// <summary>Whether the server ends the connection, and sends nothing more before it does.</summary>
    public async Task<bool> EndsAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            return await _stream.ReadAsync(new byte[1], limit.Token) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        _client.Dispose();
    }

    private async Task<string> LineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (true)
        {
            await _stream.ReadExactlyAsync(one, cancellationToken);
            if (one[0] == '\n')
                return line.ToString().TrimEnd('\r');
            line.Append((char)one[0]);
        }
    }
}

internal sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body);

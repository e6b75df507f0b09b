using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;

namespace ForgeOrleans.Bench.ClusterMemory;

/// <summary>A silo in a process of its own, which says what it takes whenever it is given a line.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    public const string Command = "silo";

    private readonly Process _process;

    private SiloProcess(Process process) => _process = process;

    public static async Task<SiloProcess> StartAsync(string connectionString)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(SiloProcess).Assembly.Location);
        foreach (var argument in new[] { Command, connectionString, $"{FreePort()}", $"{FreePort()}" })
            start.ArgumentList.Add(argument);
        var silo = new SiloProcess(Process.Start(start)!);
        await silo.UsedAsync();
        return silo;
    }

    public static async Task RunAsync(string connectionString, string siloPort, string gatewayPort)
    {
        using var host = ClusterHost.Build("Silo", connectionString, siloPort, gatewayPort);
        await host.StartAsync();
        while (await Console.In.ReadLineAsync() is not null)
            Console.WriteLine(GC.GetTotalMemory(forceFullCollection: true));
        await host.StopAsync();
    }

    public async Task<long> UsedAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync();
        var line = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("A silo has ended.");
        return long.Parse(line, CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

using System.Diagnostics;

namespace ForgeOrleans.Bench.Load;

public static class ProcessOutput
{
    extension(ProcessStartInfo start)
    {
        /// <summary>Runs a program to its end and answers what it wrote; a program that fails is an exception with what it said.</summary>
        public async Task<string> OutputAsync(CancellationToken cancellation)
        {
            using var process = Process.Start(start)!;
            try
            {
                var errors = process.StandardError.ReadToEndAsync(cancellation);
                var output = await process.StandardOutput.ReadToEndAsync(cancellation);
                await process.WaitForExitAsync(cancellation);
                return process.ExitCode == 0 ? output : throw new BenchException($"{string.Join(' ', start.ArgumentList.Take(4))} failed: {await errors}{output}");
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                throw;
            }
        }
    }
}

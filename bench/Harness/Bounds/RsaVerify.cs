using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using ForgeOrleans.Bench.Callers;

namespace ForgeOrleans.Bench.Bounds;

/// <summary>What nobody can do without: one RSA-2048 verification a token, by one thread, of the very tokens that are sent.</summary>
public static class RsaVerify
{
    public const string Command = "rsa-verify";

    public static async Task RunAsync(string callers, string publicKey, TimeSpan duration)
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(File.ReadAllText(publicKey));
        var signed = Caller.ReadFits(callers).Select(fit => fit.LastIndexOf('.') is var dot
            ? (Input: Encoding.ASCII.GetBytes(fit[..dot]), Signature: Base64Url.DecodeFromChars(fit.AsSpan(dot + 1)))
            : default).ToArray();

        Verify(TimeSpan.FromSeconds(2));
        await OwnProcess.AnswerAsync(() => Task.FromResult(Verify(duration)));

        long Verify(TimeSpan time)
        {
            var watch = Stopwatch.StartNew();
            var count = 0L;
            while (watch.Elapsed < time)
            {
                var (input, signature) = signed[count++ % signed.Length];
                if (!rsa.VerifyData(input.AsSpan(), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
                    throw new BenchException("A minted token does not verify.");
            }
            return count;
        }
    }
}

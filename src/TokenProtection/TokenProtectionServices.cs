using ForgeOrleans.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.TokenProtection;

/// <summary>Registers the encryption of access tokens.</summary>
public static class TokenProtectionServices
{
    /// <summary>Encrypts tokens with keys that are kept where the host says. All processes of a remote must share them.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="keys">Where the keys are kept.</param>
    public static IServiceCollection AddTokenProtection(this IServiceCollection services, Func<IServiceProvider, IXmlRepository> keys)
    {
        // Fixed, or data protection would derive it from where the program lies, and keys of one folder would be useless in another.
        services.AddDataProtection().SetApplicationName("ForgeOrleans");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider =>
            new ConfigureOptions<KeyManagementOptions>(options => options.XmlRepository = keys(provider)));
        services.AddSingleton<ITokenProtection, DataProtectionTokens>();
        return services;
    }
}

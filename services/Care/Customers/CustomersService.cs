using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.Extensions.Options;

namespace ECommerce.Channels.Care.Customers;

internal static class CustomersService
{
    public static IServiceCollection AddCustomers(this IServiceCollection services)
    {
        services.AddValidatedOptions<PseudonymOptions>(PseudonymOptions.Section);
        services.AddSingleton(provider => PseudonymOptions.Open(provider.GetRequiredService<IOptions<PseudonymOptions>>().Value));
        services.AddAtStart<Pseudonymiser>();
        services.AddValidatedOptions<DataKeyOptions>(DataKeyOptions.Section);
        services.AddSingleton(provider => DataKeyOptions.Open(provider.GetRequiredService<IOptions<DataKeyOptions>>().Value));
        services.AddAtStart<KeyWrapping>();
        services.AddSingleton<DataKeys>();
        services.AddSingleton<CustomerStore>();
        services.AddSingleton<CustomerDirectory>();
        services.AddSingleton<CustomerBatch>();
        services.AddSingleton<CustomerPrivacy>();
        services.AddHostedService<ErasuresPruning>();
        return services;
    }
}
